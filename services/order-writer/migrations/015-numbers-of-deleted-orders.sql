-- The number of an order that was deleted in Unit4 stays with what is said of that, and goes when the order is made again (case O29).
update orders set order_id = null where order_id is not null and state <> 'written' and code <> 'ORDER_GONE';
