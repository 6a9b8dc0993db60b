"""Many photographs: plan, run, resume, report."""
