/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef NUMBER_FIELD_H
#define NUMBER_FIELD_H

/** Make keywords of the fields of numbers, before keywords are sealed. */
void number_fields_register(void);

#endif /* NUMBER_FIELD_H */
