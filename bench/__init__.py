"""The benchmarks behind every speed that the README states; ratios within one run, never times."""
