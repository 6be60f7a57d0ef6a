<?php
// Symfony's own cache for a test, by the protocol of serve.mjs: php symfony.php PORT redisTagAware|tagAware
$autoload = getenv('SYMFONY_CACHE') ?: '/usr/share/php/Symfony/Component/Cache/autoload.php';
foreach (['Redis' => class_exists('Redis'), $autoload => is_file($autoload)] as $name => $isThere) {
    if (!$isThere) {
        fwrite(STDERR, "$name is missing: apt-get install php-cli php-redis php-symfony-cache\n");
        exit(1);
    }
}
require $autoload;

use Symfony\Component\Cache\Adapter\RedisAdapter;
use Symfony\Component\Cache\Adapter\RedisTagAwareAdapter;
use Symfony\Component\Cache\Adapter\TagAwareAdapter;

$redis = new Redis();
$redis->connect('127.0.0.1', (int) $argv[1]);
// As phpredis is set up where several applications share one Redis.
$redis->setOption(Redis::OPT_PREFIX, 'shop:');
// Known versions of tags are kept for 0.15 s: as if each request were another process.
$cache = 'tagAware' === $argv[2]
    ? new TagAwareAdapter(new RedisAdapter($redis, 'pRyc7F6gAb', 600), null, 0.0)
    : new RedisTagAwareAdapter($redis, 'pRyc7F6gAb', 600);

while (false !== $line = fgets(STDIN)) {
    $request = json_decode($line, true, 8, JSON_THROW_ON_ERROR);
    $isHit = false;
    if ('write' === $request['ask']) {
        $item = $cache->getItem($request['key'])->set(['value' => $request['key']]);
        $item->tag($request['tags']);
        if (!$cache->save($item)) {
            fwrite(STDERR, "Symfony stored nothing\n");
            exit(1);
        }
    } elseif ('read' === $request['ask']) {
        $isHit = $cache->getItem($request['key'])->isHit();
    } else {
        $cache->invalidateTags([$request['tag']]);
    }
    fwrite(STDOUT, json_encode(['isHit' => $isHit])."\n");
}
