/* SPDX-License-Identifier: Apache-2.0 */
#include "classify/word_tables.h"

/* clang-format off */
static const struct word delay[] = {
    { "delay", PLACE_ANYWHERE },
    { "warning", PLACE_ANYWHERE },
    { "still being retried", PLACE_ANYWHERE },
    { "verzögert", PLACE_ANYWHERE },
    { "retard", PLACE_ANYWHERE },
    { "retraso", PLACE_ANYWHERE },
    { "ritard", PLACE_ANYWHERE },
    { "atras", PLACE_ANYWHERE },
    { "vertraag", PLACE_ANYWHERE },
    { "задерж", PLACE_ANYWHERE },
    { "opóźni", PLACE_ANYWHERE },
    { "遅延", PLACE_ANYWHERE },
    { "延迟", PLACE_ANYWHERE },
    { NULL, PLACE_OPENS }
};

static const struct word success[] = {
    { "success", PLACE_ANYWHERE },
    { "delivered:", PLACE_OPENS },
    { "relayed:", PLACE_OPENS },
    { "expanded:", PLACE_OPENS },
    { "zugestellt:", PLACE_OPENS },
    { "remis :", PLACE_OPENS },
    { "entregado:", PLACE_OPENS },
    { NULL, PLACE_OPENS }
};

static const struct word receipt[] = {
    { "read", PLACE_TITLE },
    { "not read", PLACE_TITLE },
    { "read receipt", PLACE_OPENS },
    { "return receipt", PLACE_OPENS },
    { "disposition notification", PLACE_OPENS },
    { "gelesen", PLACE_TITLE },
    { "ungelesen gelöscht", PLACE_TITLE },
    { "lesebestätigung", PLACE_OPENS },
    { "empfangsbestätigung", PLACE_OPENS },
    { "lu", PLACE_TITLE },
    { "accusé de réception", PLACE_OPENS },
    { "accusé de lecture", PLACE_OPENS },
    { "leído", PLACE_TITLE },
    { "confirmación de lectura", PLACE_OPENS },
    { "acuse de recibo", PLACE_OPENS },
    { "letto", PLACE_TITLE },
    { "conferma di lettura", PLACE_OPENS },
    { "ricevuta di ritorno", PLACE_OPENS },
    { "lida", PLACE_TITLE },
    { "lido", PLACE_TITLE },
    { "confirmação de leitura", PLACE_OPENS },
    { "gelezen", PLACE_TITLE },
    { "leesbevestiging", PLACE_OPENS },
    { "прочтено", PLACE_TITLE },
    { "прочитано", PLACE_TITLE },
    { "уведомление о прочтении", PLACE_OPENS },
    { "przeczytano", PLACE_TITLE },
    { "odczytano", PLACE_TITLE },
    { "potwierdzenie odczytu", PLACE_OPENS },
    { "přečteno", PLACE_TITLE },
    { "citit", PLACE_TITLE },
    { "läst", PLACE_TITLE },
    { "læst", PLACE_TITLE },
    { "lest", PLACE_TITLE },
    { "luettu", PLACE_TITLE },
    { "okundu", PLACE_TITLE },
    { "開封済み", PLACE_OPENS },
    { "開封確認", PLACE_OPENS },
    { "已读", PLACE_OPENS },
    { "已讀", PLACE_OPENS },
    { "읽음", PLACE_TITLE },
    { NULL, PLACE_OPENS }
};

static const struct word challenge[] = {
    { "requires verification", PLACE_ANYWHERE },
    { "requires confirmation", PLACE_ANYWHERE },
    { "sender verification", PLACE_ANYWHERE },
    { "verification required", PLACE_ANYWHERE },
    { "please confirm your message", PLACE_ANYWHERE },
    { "please confirm your email", PLACE_OPENS },
    { "please confirm (conf#", PLACE_ANYWHERE },
    { "confirmation needed to deliver", PLACE_ANYWHERE },
    { "confirm your message to", PLACE_ANYWHERE },
    { "your message is awaiting verification", PLACE_ANYWHERE },
    { "your email to", PLACE_OPENS },
    { NULL, PLACE_OPENS }
};
/* clang-format on */

const struct word *
word_table(enum word_list list)
{
    switch (list) {
    case WORDS_BOUNCE:
        return word_table_bounce;
    case WORDS_BOUNCE_TEXT:
        return word_table_bounce_text;
    case WORDS_BOUNCE_CODE:
        return word_table_bounce_code;
    case WORDS_DELAY:
        return delay;
    case WORDS_SUCCESS:
        return success;
    case WORDS_AUTO:
        return word_table_auto;
    case WORDS_AUTO_WEAK:
        return word_table_auto_weak;
    case WORDS_AUTO_TEXT:
        return word_table_auto_text;
    case WORDS_RECEIPT:
        return receipt;
    case WORDS_CHALLENGE:
        return challenge;
    }
    return NULL;
}
