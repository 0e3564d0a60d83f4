"""The message about a linked epoch, and the check of the perplexities that the link claims."""

from rnnlm.formats import in_figures
from rnnlm.lessons.hand_in import Checked
from rnnlm.ui.language import in_a_row, say
from rnnlm.ui.lessons import arrival
from rnnlm.ui.state import session


def sentence() -> str | None:
    it = arrival.now()
    if it is None:
        return None
    if it.stage == "asking":
        return say("<b>The link shows epoch {epoch:.4g}</b> of a run that is not trained yet.", epoch=it.at)
    if it.stage != "there":
        return say("<b>The link shows epoch {epoch:.4g}:</b> the run is being trained up to this epoch.", epoch=it.at)
    if not it.figures or session.current().experiment != it.experiment:
        return None
    if session.instant().update != it.update and not session.view().divergence:
        return None
    return compared(it)


def compared(it: arrival.Arrival) -> str:
    checked = [Checked(epoch, told, session.current().curve.at(epoch)) for epoch, told in it.figures.items()]
    told = [say("<b>Epoch {epoch:.4g}</b> of the run is on the screen.", epoch=it.at)]
    if session.instant().update != it.update:
        told = [say("<b>The run diverged</b> before epoch {epoch:.4g}.", epoch=it.at)]
    wrong = [one for one in checked if not one.agrees]
    for one in wrong:
        values = {"epoch": one.epoch, "told": in_figures(one.told)}
        values["here"] = "–" if one.measured is None else in_figures(one.measured)
        told.append(say("The link claims perplexity {told} at epoch {epoch:.4g}; this run has {here}.", **values))
    if not wrong and len(checked) == 1:
        told.append(say("This run’s perplexity, {here}, matches the link.", here=in_figures(checked[0].measured)))
    elif not wrong:
        told.append(say("All {n} figures match this run.", n=len(checked)))
    if wrong and max(one.epoch for one in wrong) > 50:
        told.append(say("After epoch 50, rounding makes identical runs differ, but not by this much."))
    return in_a_row(told)


def moment() -> dict[str, str]:
    """Link parameters for the network on screen: its epoch and, if the curve has a point there, its perplexity."""
    run, here, view = session.current(), session.instant(), session.view()
    now = view.curve[-1].epoch if view.running and view.curve else view.epoch  # the network may lag behind the view
    epoch = now if here.is_now else here.epoch
    perplexity = run.curve.at(epoch)
    at = {"at": f"{epoch:.10g}"}
    return at if perplexity is None else at | {"told": f"{perplexity:.6g}"}
