"""Where events and mail come from: the contracts, what they share, and each provider."""
