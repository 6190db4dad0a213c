SELECT
    count(*) FILTER (WHERE state = 'waiting'),
    count(*) FILTER (WHERE state = 'acknowledged'),
    count(*) FILTER (WHERE state = 'refused'),
    coalesce(max(seq), 0)
FROM result;
