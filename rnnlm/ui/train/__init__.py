"""The Train page: the curve, the bars, the text that the network writes, and the settings of the next run.

Reading order: `page`, `reading`, `excerpt`, `settings`, `controls`, `timeline`, `notices`, `expected`, `training`,
`prediction`, `writing`, `whole_text`, `tables`, `explain`.
May import: the same as `ui`.
"""
