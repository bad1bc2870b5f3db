"""The companion: a folder of pages that opens without network, made from finished results."""
