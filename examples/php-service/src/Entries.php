<?php

declare(strict_types=1);

namespace Example\Guestbook;

/** The names in the guestbook, one a line of a file. */
final class Entries
{
    public function __construct(private readonly string $file)
    {
    }

    public function add(string $name): void
    {
        file_put_contents($this->file, str_replace("\n", ' ', $name) . "\n", FILE_APPEND | LOCK_EX);
    }

    /** @return list<string> */
    public function all(): array
    {
        return is_file($this->file) ? file($this->file, FILE_IGNORE_NEW_LINES) : [];
    }
}
