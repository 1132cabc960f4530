"""How the store came to look as it does, step by step; run by `bot.storage.store` when it is opened."""
