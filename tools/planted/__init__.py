"""Wrong labels, planted in good ones and looked for."""
