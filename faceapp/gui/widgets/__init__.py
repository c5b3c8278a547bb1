"""Promise: small widgets that know nothing of datasets, each reached by keyboard and named."""
