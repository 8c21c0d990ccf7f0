package dev.optimist.elasticsearch.bench;

/**
 * In which order sides have their turns, so that none has the better place: a Williams design. In as many turns as there
 * are sides each is in each place once, and in twice as many each comes right after each other one twice.
 */
final class Orders {
    private Orders() {}

    /**
     * Returns the order of one turn: the numbers from 0.
     *
     * @param sides how many there are, 1 or more
     * @param turn the number of the turn, 0 or more
     */
    static int[] of(int sides, int turn) {
        int[] order = new int[sides];
        boolean backwards = turn / sides % 2 == 1;
        for (int place = 0; place < sides; place++) {
            // 0, 1, n-1, 2, n-2, …: all the differences of neighbours are different
            int zigzag = place % 2 == 0 ? sides - place / 2 : (place + 1) / 2;
            order[backwards ? sides - 1 - place : place] = (zigzag + turn) % sides;
        }
        return order;
    }
}
