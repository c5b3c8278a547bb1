"""The dialog that groups people by how alike their faces are."""
