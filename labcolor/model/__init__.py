"""What a method runs: its network, what goes in and comes out, and what is made of that."""
