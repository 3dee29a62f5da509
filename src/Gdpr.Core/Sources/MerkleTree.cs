using System.Security.Cryptography;
using Gdpr.Journals;

namespace Gdpr.Sources;

/// <summary>The hash tree of RFC 9162, 2.1: leaves and nodes are hashed apart, so that neither can be passed off as the other.</summary>
public static class MerkleTree
{
    private const byte LeafMark = 0;
    private const byte NodeMark = 1;

    /// <summary>The root over some leaves, in their order; the digest of nothing where there are none.</summary>
    /// <param name="leaves">The leaves' bytes.</param>
    public static Digest RootOf(IEnumerable<byte[]> leaves)
    {
        ArgumentNullException.ThrowIfNull(leaves);

        // Complete subtrees from the largest to the smallest: two of the same size become one.
        var subtrees = new Stack<(int Size, Digest Root)>();
        foreach (var leaf in leaves)
        {
            var (size, root) = (1, Digest.Of([LeafMark, .. leaf]));
            while (subtrees.TryPeek(out var before) && before.Size == size)
            {
                root = Node(subtrees.Pop().Root, root);
                size *= 2;
            }

            subtrees.Push((size, root));
        }

        if (!subtrees.TryPop(out var last))
        {
            return Digest.Of([]);
        }

        var whole = last.Root;
        while (subtrees.TryPop(out var before))
        {
            whole = Node(before.Root, whole);
        }

        return whole;
    }

    private static Digest Node(Digest left, Digest right)
    {
        Span<byte> bytes = stackalloc byte[1 + (2 * SHA256.HashSizeInBytes)];
        bytes[0] = NodeMark;
        left.CopyTo(bytes[1..]);
        right.CopyTo(bytes[(1 + Digest.Size)..]);
        return Digest.Of(bytes);
    }
}
