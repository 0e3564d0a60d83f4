"""A link for a class, as text and as a QR code."""

import html
import re
from urllib.parse import urlencode, urlsplit

import segno
import streamlit as st

from rnnlm.catalogues import NAMES
from rnnlm.ui import style
from rnnlm.ui.language import language, say
from rnnlm.ui.lessons import library
from rnnlm.ui.state.host import host_of, in_the_network, is_here_alone

ADDRESS = re.compile(r"https?://[^\s/?#@]+(/[^\s?#]*)?", re.IGNORECASE)
LONGEST = 200

_filling = style.component("class_link", "class_link.css", "class_link.js")


def show() -> None:
    style.heading(say("A link for your class"), say("Everyone who opens the link starts the lesson, on any phone."))
    lessons = library.of_the_page()
    chosen = st.session_state.setdefault("class_lesson", next(iter(lessons)))
    name = st.session_state.class_lesson = st.selectbox(
        say("Lesson"),
        list(lessons),
        list(lessons).index(chosen),
        key=f"class_lesson_{language()}",  # Streamlit finds a widget's value by its label
        format_func=lambda name: lessons[name].title,
    )
    base = address()
    if base is None:
        return
    fixed = st.toggle(
        say("Open the lesson in {language} for everyone", language=NAMES[language()]), key="class_language"
    )
    link = f"{base}?{urlencode({'lesson': name} | ({'lang': language()} if fixed else {}))}"
    # Cameras need a dark code on white with a margin, in any colour scheme.
    picture = segno.make(link, error="m", micro=False).svg_data_uri(scale=5, border=3, dark="#000", light="#fff")
    told = html.escape(say("The link as a QR code"))
    data = {"picture": picture, "link": link, "told": say("The link as a QR code"), "fill": say("Fill the screen")}
    data["close"] = say("Escape or a click closes this.")
    with st.container(horizontal=True, gap="medium", vertical_alignment="center", key="class_code"):
        st.html(f'<img class="qr" alt="{told}" src="{html.escape(picture)}">', width="content")
        with st.container():
            st.html(f'<p class="link">{html.escape(link)}</p>')
            _filling(key="class_link", data=data)


def address() -> str | None:
    """The page's address or, if that works only on this computer, an address that the visitor types into a field.

    Returns None if the field contains no address that other computers can reach.
    """
    base = re.sub(r"/(ask|inside|compare|lessons)?$", "/", (st.context.url or "").split("?")[0])
    if not is_here_alone(base):
        return base
    port = urlsplit(base).port or 8501
    proposed = in_the_network(port)
    example = proposed or say("http://192.168.0.12:{port}", port=port)
    # The default is the address typed on an earlier visit. It must not change, or Streamlit makes a new field.
    st.session_state.setdefault("class_field", st.session_state.get("class_address", proposed))
    typed = st.text_input(
        say("The address of this computer in your network"),
        max_chars=LONGEST,
        key="class_field",
        placeholder=example,
        help=say(
            "localhost works only on this computer. The first lines in the server’s terminal show its Network URL."
        ),
    ).strip()
    st.session_state.class_address = typed
    if not typed:
        return None
    if typed == proposed:
        style.note(
            say(
                "This computer suggests this address. Test it on a phone first, because some networks do not "
                "let devices reach each other."
            )
        )
    typed = typed if "://" in typed else f"http://{typed}"
    if not ADDRESS.fullmatch(typed) or not host_of(typed):
        style.problem(say("An address looks like {example}.", example=example))
        return None
    if is_here_alone(typed):
        style.problem(
            say(
                "{host} works only on this computer, so nobody in your class can open it. Type the address of "
                "this computer in your network, for example {example}.",
                host=host_of(typed),
                example=example,
            )
        )
        return None
    return typed.rstrip("/") + "/"
