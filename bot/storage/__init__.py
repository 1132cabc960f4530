"""What must outlive a handler, and later a restart: the inbox, and what is known of each conversation."""
