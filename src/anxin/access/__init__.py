"""Every way out: the published projection, the read gate, the subject's own report."""
