"""What becomes of the neurons: embedding, clustering, neighbours, filters, features."""
