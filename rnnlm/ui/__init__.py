"""The page: the only place that imports Streamlit. It shows what the package computed, and no maths is done here."""
