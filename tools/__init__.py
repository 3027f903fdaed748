"""Programs around the package: they need a checkout and are not installed."""
