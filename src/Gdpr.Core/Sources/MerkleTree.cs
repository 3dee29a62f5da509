using System.Buffers;
using System.Security.Cryptography;
using Gdpr.Journals;

namespace Gdpr.Sources;

/// <summary>The hash tree of RFC 9162, 2.1: leaves and nodes are hashed apart, so that neither can be passed off as the other.</summary>
public static class MerkleTree
{
    // A power of two: such a group of leaves is a subtree, and stands in the tree of the groups where a leaf would.
    private const int Group = 4096;
    private const int MostThreads = 4;
    private const byte LeafMark = 0;
    private const byte NodeMark = 1;

    /// <summary>The root over some leaves, in their order; the digest of nothing where there are none.</summary>
    /// <param name="leaves">The leaves' bytes.</param>
    public static Digest RootOf(IEnumerable<byte[]> leaves)
    {
        ArgumentNullException.ThrowIfNull(leaves);
        return RootOf(leaves as IReadOnlyList<byte[]> ?? [.. leaves], (leaf, bytes) => bytes.Write(leaf));
    }

    /// <summary>The root over some leaves, each written into memory that others were written into before. Many are hashed by several threads.</summary>
    /// <param name="leaves">What the leaves are of.</param>
    /// <param name="write">Writes the bytes of one.</param>
    internal static Digest RootOf<T>(IReadOnlyList<T> leaves, Action<T, ArrayBufferWriter<byte>> write)
    {
        if (leaves.Count <= Group)
        {
            return RootOf(leaves, 0, leaves.Count, write);
        }

        var groups = new Digest[(leaves.Count + Group - 1) / Group];
        Parallel.For(
            0,
            groups.Length,
            new ParallelOptions { MaxDegreeOfParallelism = Math.Min(MostThreads, Environment.ProcessorCount) },
            group => groups[group] = RootOf(leaves, group * Group, Math.Min(leaves.Count, (group + 1) * Group), write));
        using var tree = new Subtrees();
        foreach (var group in groups)
        {
            tree.Add(group);
        }

        return tree.Root();
    }

    private static Digest RootOf<T>(IReadOnlyList<T> leaves, int from, int end, Action<T, ArrayBufferWriter<byte>> write)
    {
        var bytes = new ArrayBufferWriter<byte>(256);
        using var tree = new Subtrees();
        for (var leaf = from; leaf < end; leaf++)
        {
            bytes.ResetWrittenCount();
            bytes.GetSpan(1)[0] = LeafMark;
            bytes.Advance(1);
            write(leaves[leaf], bytes);
            tree.Add(bytes.WrittenSpan);
        }

        return tree.Root();
    }

    /// <summary>Complete subtrees from the largest to the smallest: two of the same size become one.</summary>
    private sealed class Subtrees : IDisposable
    {
        private readonly Stack<(int Size, Digest Root)> _roots = new();
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public void Dispose() => _hash.Dispose();

        /// <summary>Adds a leaf, marked as one.</summary>
        public void Add(ReadOnlySpan<byte> leaf) => Add(HashOf(leaf));

        /// <summary>Adds a subtree of as many leaves as all others, but for the last, which may have fewer.</summary>
        public void Add(Digest root)
        {
            var size = 1;
            while (_roots.TryPeek(out var before) && before.Size == size)
            {
                root = Node(_roots.Pop().Root, root);
                size *= 2;
            }

            _roots.Push((size, root));
        }

        public Digest Root()
        {
            if (!_roots.TryPop(out var last))
            {
                return Digest.Of([]);
            }

            var whole = last.Root;
            while (_roots.TryPop(out var before))
            {
                whole = Node(before.Root, whole);
            }

            return whole;
        }

        private Digest Node(Digest left, Digest right)
        {
            Span<byte> bytes = stackalloc byte[1 + (2 * SHA256.HashSizeInBytes)];
            bytes[0] = NodeMark;
            left.CopyTo(bytes[1..]);
            right.CopyTo(bytes[(1 + Digest.Size)..]);
            return HashOf(bytes);
        }

        private Digest HashOf(ReadOnlySpan<byte> bytes)
        {
            Span<byte> digest = stackalloc byte[Digest.Size];
            _hash.AppendData(bytes);
            _hash.GetHashAndReset(digest);
            return new Digest(digest);
        }
    }
}
