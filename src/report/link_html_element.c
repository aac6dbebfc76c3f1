/* SPDX-License-Identifier: Apache-2.0 */
#include "report/link_html.h"

/* clang-format off */
static const struct element { /* sorted by name */
    const char *name;
    unsigned bits;
} elements[] = {
    { "a",          HTML_ANCHOR },
    { "address",    HTML_BLOCK },
    { "area",       0 },
    { "article",    HTML_BLOCK },
    { "aside",      HTML_BLOCK },
    { "audio",      HTML_MEDIA },
    { "base",       HTML_BASE },
    { "bgsound",    HTML_MEDIA },
    { "blockquote", HTML_BLOCK },
    { "body",       HTML_BLOCK },
    { "br",         HTML_BLOCK },
    { "center",     HTML_BLOCK },
    { "dd",         HTML_BLOCK },
    { "div",        HTML_BLOCK },
    { "dl",         HTML_BLOCK },
    { "dt",         HTML_BLOCK },
    { "fieldset",   HTML_BLOCK },
    { "footer",     HTML_BLOCK },
    { "form",       HTML_BLOCK },
    { "h1",         HTML_BLOCK },
    { "h2",         HTML_BLOCK },
    { "h3",         HTML_BLOCK },
    { "h4",         HTML_BLOCK },
    { "h5",         HTML_BLOCK },
    { "h6",         HTML_BLOCK },
    { "head",       HTML_BLOCK },
    { "header",     HTML_BLOCK },
    { "hr",         HTML_BLOCK },
    { "html",       HTML_BLOCK },
    { "image",      HTML_MEDIA },
    { "img",        HTML_MEDIA },
    { "input",      HTML_MEDIA },
    { "li",         HTML_BLOCK },
    { "link",       HTML_LINKED },
    { "main",       HTML_BLOCK },
    { "meta",       HTML_META },
    { "nav",        HTML_BLOCK },
    { "object",     HTML_OBJECT },
    { "ol",         HTML_BLOCK },
    { "option",     HTML_BLOCK },
    { "p",          HTML_BLOCK },
    { "pre",        HTML_BLOCK | HTML_PRE },
    { "script",     HTML_SCRIPT },
    { "section",    HTML_BLOCK },
    { "select",     HTML_BLOCK },
    { "source",     HTML_MEDIA },
    { "style",      HTML_STYLE },
    { "table",      HTML_BLOCK },
    { "tbody",      HTML_BLOCK },
    { "td",         HTML_BLOCK },
    { "textarea",   HTML_BLOCK },
    { "tfoot",      HTML_BLOCK },
    { "th",         HTML_BLOCK },
    { "thead",      HTML_BLOCK },
    { "title",      HTML_TITLE },
    { "tr",         HTML_BLOCK },
    { "track",      HTML_MEDIA },
    { "ul",         HTML_BLOCK },
    { "v:background", HTML_MEDIA },
    { "v:fill",     HTML_MEDIA },
    { "v:image",    HTML_MEDIA },
    { "v:imagedata", HTML_MEDIA },
    { "video",      HTML_MEDIA },
};
/* clang-format on */

static int
compare_element(const void *name, const void *element)
{
    return strcmp(name, ((const struct element *)element)->name);
}

unsigned
html_element_of(const char *name)
{
    const struct element *element =
        bsearch(name, elements, G_N_ELEMENTS(elements), sizeof elements[0], compare_element);
    return element != NULL ? element->bits : 0;
}
