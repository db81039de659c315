<?php

declare(strict_types=1);

use Example\Guestbook\Entries;

require __DIR__ . '/../vendor/autoload.php';

header('Content-Type: text/plain; charset=utf-8');
$entries = new Entries(getenv('GUESTBOOK') ?: '/tmp/entries.txt');
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if ($path === '/healthz') {
    echo 'ok';
} elseif ($path === '/sign') {
    $entries->add((string) ($_GET['name'] ?? 'somebody'));
    echo "signed\n";
} else {
    echo implode("\n", $entries->all()), "\n";
}
