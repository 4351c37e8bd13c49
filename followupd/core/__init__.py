"""The pure core: data in, decisions out; no clock, no files, no network, no logging."""
