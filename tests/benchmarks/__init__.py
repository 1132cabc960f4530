"""How fast the bot is, and how much it needs: run by hand, not with the tests."""
