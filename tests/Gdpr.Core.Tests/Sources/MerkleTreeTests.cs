using System.Buffers.Binary;
using System.Security.Cryptography;
using Gdpr.Sources;

namespace Gdpr.Core.Tests.Sources;

/// <summary>The root that the journal holds of a batch is that of RFC 9162, however many threads hash it.</summary>
public sealed class MerkleTreeTests
{
    private static readonly string[] Published =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

    [Theory]
    [InlineData(0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData(1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")]
    [InlineData(2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125")]
    [InlineData(3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77")]
    [InlineData(4, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")]
    [InlineData(5, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4")]
    [InlineData(6, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef")]
    [InlineData(7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c")]
    [InlineData(8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")]
    public void Roots_are_those_that_are_published(int leaves, string root) =>
        MerkleTree.RootOf(Published.Take(leaves).Select(Convert.FromHexString)).ToString().ShouldBe(root);

    [Theory]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(8191)]
    [InlineData(8192)]
    [InlineData(8193)]
    [InlineData(12_287)]
    [InlineData(12_289)]
    [InlineData(16_384)]
    [InlineData(20_481)]
    [InlineData(50_000)]
    public void Roots_of_many_leaves_are_those_of_the_definition(int count)
    {
        byte[][] leaves = [.. Enumerable.Range(0, count).Select(LeafOf)];

        MerkleTree.RootOf(leaves).ToString().ShouldBe(Convert.ToHexStringLower(Naive(leaves)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(19_999)]
    public void A_leaf_changed_anywhere_changes_the_root(int place)
    {
        byte[][] leaves = [.. Enumerable.Range(0, 20_000).Select(LeafOf)];
        var before = MerkleTree.RootOf(leaves);

        leaves[place] = LeafOf(-1);

        MerkleTree.RootOf(leaves).ShouldNotBe(before);
    }

    private static byte[] LeafOf(int number)
    {
        var leaf = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(leaf, number);
        return leaf;
    }

    /// <summary>RFC 9162, 2.1.1, word for word.</summary>
    private static byte[] Naive(ReadOnlySpan<byte[]> leaves)
    {
        if (leaves.Length == 1)
        {
            return SHA256.HashData([0, .. leaves[0]]);
        }

        var half = 1;
        while (half * 2 < leaves.Length)
        {
            half *= 2;
        }

        return SHA256.HashData([1, .. Naive(leaves[..half]), .. Naive(leaves[half..])]);
    }
}
