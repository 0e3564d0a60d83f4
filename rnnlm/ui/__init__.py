"""The page. Only this folder imports Streamlit. The folder shows results of the package and does no maths itself.

Reading order: `language`, `style`, `glossary`; then `state`, the data that all pages share; then `charts`, pure
functions; then a folder for each page, `train`, `ask`, `inside`, `compare` and `lessons`. The module `page` of such a
folder is its table of contents. `frame`, `about`, `hall`, `static` and `server` bring the pages to a visitor, and
`scene` is shown on a first visit.
May import: every folder except `cli`, and the modules at the root of `rnnlm`.
"""
