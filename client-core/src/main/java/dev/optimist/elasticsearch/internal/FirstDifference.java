package dev.optimist.elasticsearch.internal;

import java.util.Arrays;

/**
 * Looks at where the bytes of two JSON documents begin to differ, and tells whether that alone makes them different
 * documents. It does if all is the same up to there, and then each has a plain value in the same place, and not the same
 * one: an integer, a string without escapes, true, false or null. Nearly every change of a field is of this kind, and seen
 * without making a tree of either. Allocates nothing; stateless.
 */
final class FirstDifference {
    private FirstDifference() {}

    /**
     * Returns true if the documents certainly differ, false if that cannot be seen from here. Both must be JSON in UTF-8 in
     * which no object has a field twice, as Elasticsearch takes no other.
     */
    static boolean isDecisive(byte[] one, byte[] other) {
        int at = Arrays.mismatch(one, other);
        if (at < 0 || at >= Math.min(one.length, other.length)) {
            return false;
        }
        int from = beginOfToken(one, at);
        int end = endOfPlainValue(one, from);
        int otherEnd = endOfPlainValue(other, from);
        return end > 0 && otherEnd > 0 && !Arrays.equals(one, from, end, other, from, otherEnd);
    }

    /** Returns where the token begins that this position is in or directly behind, or else the position. */
    private static int beginOfToken(byte[] json, int position) {
        int begin = -1;
        for (int i = 0; i < position; i++) {
            byte c = json[i];
            if (c == '"') {
                int last = lastOfString(json, i + 1, position);
                if (last == position) {
                    return i;
                }
                i = last;
                begin = -1;
            } else if (isBetweenTokens(c)) {
                begin = -1;
            } else if (begin < 0) {
                begin = i;
            }
        }
        return begin < 0 ? position : begin;
    }

    /** Returns where the quote is that ends a string, or the limit if it is not before that. */
    private static int lastOfString(byte[] json, int from, int limit) {
        for (int i = from; i < limit; i++) {
            if (json[i] == '"') {
                return i;
            } else if (json[i] == '\\') {
                i++;
            }
        }
        return limit;
    }

    /** Returns -1 if what begins here is not a plain value but anything else, the name of a field among others. */
    private static int endOfPlainValue(byte[] json, int from) {
        return switch (json[from]) {
            case '"' -> endOfPlainString(json, from + 1);
            case 't', 'f', 'n' -> endOfWord(json, from);
            default -> endOfInteger(json, from);
        };
    }

    private static int endOfPlainString(byte[] json, int from) {
        for (int i = from; i < json.length && json[i] != '\\'; i++) {
            if (json[i] == '"') {
                int next = i + 1;
                while (next < json.length && json[next] <= ' ') {
                    next++;
                }
                return next < json.length && json[next] == ':' ? -1 : i + 1;
            }
        }
        return -1;
    }

    private static int endOfWord(byte[] json, int from) {
        int end = from;
        while (end < json.length && !isBetweenTokens(json[end])) {
            end++;
        }
        return end;
    }

    /** Each integer has one form, if -0 is left to others: 1.0, 1.00 and 1e0 may be the same. */
    private static int endOfInteger(byte[] json, int from) {
        int end = endOfWord(json, from);
        int digits = json[from] == '-' ? from + 1 : from;
        if (end == digits || (digits > from && json[digits] == '0')) {
            return -1;
        }
        for (int i = digits; i < end; i++) {
            if (json[i] < '0' || json[i] > '9') {
                return -1;
            }
        }
        return end;
    }

    private static boolean isBetweenTokens(byte c) {
        return switch (c) {
            case '{', '}', '[', ']', ':', ',', ' ', '\t', '\r', '\n' -> true;
            default -> false;
        };
    }
}
