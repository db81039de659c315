"""Reference evapotranspiration as a service."""
