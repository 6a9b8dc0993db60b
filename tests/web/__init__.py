"""Tests of the page and the API, and what they share."""
