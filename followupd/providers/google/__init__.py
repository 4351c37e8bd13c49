"""Google Calendar and Gmail through google-api-python-client. Imported only when an account uses them."""
