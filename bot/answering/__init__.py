"""The pure core: from a question and the knowledge to a typed reply, without network, clock or files."""
