"""What is put on paper or into a picture: receipts and reports, drawn by Qt."""
