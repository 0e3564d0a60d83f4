"""The page. Only this folder imports Streamlit.

This folder shows results of the rest of the package and does no maths itself.

Reading order: `language`, `style`, `glossary`; then `state`, the data that all pages share; then `charts`, which
contains pure functions; then a folder for each page: `train`, `ask`, `inside`, `compare` and `lessons`. In each of
these folders, the module `page` puts the parts of the page together. `frame`, `about` and `hall` are parts of every
page, `static` and `server` serve them, `reconnection` protects them from parts of a lost run, and `scene` is shown on a
first visit.
May import: every folder except `cli`, and the modules at the root of `rnnlm`.
"""
