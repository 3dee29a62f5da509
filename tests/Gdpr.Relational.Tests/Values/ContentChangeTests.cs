using FsCheck;
using FsCheck.Fluent;
using Gdpr.Relational.Values;

namespace Gdpr.Relational.Tests.Values;

/// <summary>Anonymising twice is anonymising once, whatever the column holds.</summary>
public sealed class ContentChangeTests
{
    private static readonly ContentChange[] Changes =
    [
        new ContentChange.Fixed(null), new ContentChange.Fixed("x"), new ContentChange.IpPrefix(null), new ContentChange.IpPrefix("0.0.0.0"),
        new ContentChange.Area(2, null), new ContentChange.Area(3, "-"),
        .. Enum.GetValues<StorageForm>().SelectMany(form => new[] { new ContentChange.Year(form, null), new ContentChange.Year(form, "1900-01-01") }),
    ];

    private static readonly Gen<object?> Contents = Gen.OneOf(
        Gen.Constant<object?>(null),
        Gen.Elements<object?>("1980-05-06", "2024-12-31T23:59:59+01:00", "0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00", "10.1.2.3", "2001:db8::1", "::ffff:10.1.2.3", "111 22", "", "text", "20240131"),
        ArbMap.Default.GeneratorFor<long>().Select(number => (object?)number),
        ArbMap.Default.GeneratorFor<double>().Select(number => (object?)number),
        Gen.Choose(int.MinValue, int.MaxValue).Select(number => (object?)(2440587.5 + (number / 100_000.0))),
        Gen.Choose(0, int.MaxValue).Select(number => (object?)(638_000_000_000_000_000L + number)));

    [Fact]
    public void Done_twice_it_is_the_same_as_once() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(5000),
        Prop.ForAll(Arb.From(Contents), Arb.From(Gen.Elements(Changes)), (content, change) => change.Apply(change.Apply(content)).ShouldBe(change.Apply(content))));

    [Theory]
    [InlineData("10.1.2.3", "10.1.2.0")]
    [InlineData("::ffff:10.1.2.3", null)]
    [InlineData("2002:c0a8:014d::1", null)]
    [InlineData("2001:0:4136:e378::1", null)]
    [InlineData("fe80::1%eth0", null)]
    [InlineData("[2001:db8::1]:80", null)]
    [InlineData("19800506", null)]
    [InlineData("010.1.1.9", null)]
    [InlineData("1.2.3", null)]
    [InlineData("0x7f.1.1.1", null)]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1::")]
    [InlineData("unknown", null)]
    public void Of_an_address_the_network_remains(string address, string? network) => new ContentChange.IpPrefix(null).Apply(address).ShouldBe(network);
}
