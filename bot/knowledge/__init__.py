"""The curated knowledge: its types, how it is read, and how its figures are proven."""
