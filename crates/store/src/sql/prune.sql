DELETE FROM result
WHERE state = 'acknowledged'
  AND settled_at < ?1
  AND seq < (SELECT max(seq) FROM result);
