"""What members have asked for and do not wait for: the list of jobs, and each with its progress."""
