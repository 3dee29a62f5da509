using System.Buffers;
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
        return RootOf(leaves, (leaf, bytes) => bytes.Write(leaf));
    }

    /// <summary>The root over some leaves, each written into the same memory.</summary>
    /// <param name="leaves">What the leaves are of.</param>
    /// <param name="write">Writes the bytes of one.</param>
    internal static Digest RootOf<T>(IEnumerable<T> leaves, Action<T, ArrayBufferWriter<byte>> write)
    {
        // Complete subtrees from the largest to the smallest: two of the same size become one.
        var subtrees = new Stack<(int Size, Digest Root)>();
        var bytes = new ArrayBufferWriter<byte>(256);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var leaf in leaves)
        {
            bytes.ResetWrittenCount();
            bytes.GetSpan(1)[0] = LeafMark;
            bytes.Advance(1);
            write(leaf, bytes);
            var (size, root) = (1, HashOf(hash, bytes.WrittenSpan));
            while (subtrees.TryPeek(out var before) && before.Size == size)
            {
                root = Node(hash, subtrees.Pop().Root, root);
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
            whole = Node(hash, before.Root, whole);
        }

        return whole;
    }

    private static Digest Node(IncrementalHash hash, Digest left, Digest right)
    {
        Span<byte> bytes = stackalloc byte[1 + (2 * SHA256.HashSizeInBytes)];
        bytes[0] = NodeMark;
        left.CopyTo(bytes[1..]);
        right.CopyTo(bytes[(1 + Digest.Size)..]);
        return HashOf(hash, bytes);
    }

    private static Digest HashOf(IncrementalHash hash, ReadOnlySpan<byte> bytes)
    {
        Span<byte> digest = stackalloc byte[Digest.Size];
        hash.AppendData(bytes);
        hash.GetHashAndReset(digest);
        return new Digest(digest);
    }
}
