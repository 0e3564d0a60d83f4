// The choice of a language. Each language has its name in itself.
export default function (component) {
  const { data, parentElement } = component, mail = mailOf(component);
  const select = parentElement.querySelector("select");
  select.setAttribute("aria-label", data.label);
  select.replaceChildren(
    ...Object.entries(data.names).map(([language, name]) => {
      const option = element("option", "", name);
      Object.assign(option, { value: language, lang: language, translate: false });
      return option;
    }),
  );
  select.value = data.here;
  select.onchange = () => mail.tell("language", select.value);
}
