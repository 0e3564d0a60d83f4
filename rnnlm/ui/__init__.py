"""The page: the only place that imports Streamlit. It shows results of the package and does no maths itself.

Reading order: `language`, `style`, `glossary`; `state`, the data that all pages share; `charts`, pure functions; then a
folder for each page, `train`, `ask`, `inside`, `compare` and `lessons`, in which `page` is the table of contents.
`frame`, `about`, `hall`, `static` and `server` bring the pages to a visitor, and `scene` opens a first visit.
May import: every folder except `cli`, and the modules at the root of `rnnlm`.
"""
