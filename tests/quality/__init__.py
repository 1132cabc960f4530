"""Question sets, and how well the bot does on them."""
