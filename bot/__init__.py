"""A question-answering bot: curated, cited, multilingual, and free of generated text."""
