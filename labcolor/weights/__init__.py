"""Where the numbers come from: files, their checksums and addresses, and their formats."""
