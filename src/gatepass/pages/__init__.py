"""What browsers are shown: documents and their own files, no data."""
