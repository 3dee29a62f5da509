using Gdpr.Journals;
using NodaTime;

namespace Gdpr.Http.Tests;

/// <summary>Each recipient shares a key of its own with the controller.</summary>
public sealed class RecipientKeyTests
{
    private static readonly Instant Now = Instant.FromUtc(2026, 11, 22, 12, 0);
    private static readonly Duration Age = Duration.FromMinutes(5);

    [Fact]
    public void What_is_signed_for_one_recipient_is_not_signed_for_another_nor_for_other_words()
    {
        var keys = new RecipientKeys(InMemoryKeyRing.WithRandomKey());
        var signature = keys.Sign("sms", "body"u8, Now);
        keys.Verify("sms", "body"u8, signature, Now, Age).ShouldBeTrue();
        keys.Verify("mailer", "body"u8, signature, Now, Age).ShouldBeFalse();
        keys.Verify("sms", "bodies"u8, signature, Now, Age).ShouldBeFalse();
        keys.KeyFor("sms").ShouldNotBe(keys.KeyFor("mailer"));
    }

    [Theory]
    [InlineData(300, true)]
    [InlineData(301, false)]
    [InlineData(-300, true)]
    [InlineData(-301, false)]
    public void A_signature_holds_for_a_while(int seconds, bool holds)
    {
        var keys = new RecipientKeys(InMemoryKeyRing.WithRandomKey());
        keys.Verify("sms", "body"u8, keys.Sign("sms", "body"u8, Now), Now + Duration.FromSeconds(seconds), Age).ShouldBe(holds);
    }

    [Fact]
    public void Signatures_under_an_earlier_key_of_the_ring_are_known_and_under_another_ring_are_not()
    {
        var old = new byte[32];
        var before = new RecipientKeys(new InMemoryKeyRing("a", new Dictionary<string, ReadOnlyMemory<byte>> { ["a"] = old }));
        var after = new RecipientKeys(new InMemoryKeyRing("b", new Dictionary<string, ReadOnlyMemory<byte>> { ["a"] = old, ["b"] = new byte[32] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32 } }));
        var signature = before.Sign("sms", "body"u8, Now);
        after.Verify("sms", "body"u8, signature, Now, Age).ShouldBeTrue();
        before.Verify("sms", "body"u8, after.Sign("sms", "body"u8, Now), Now, Age).ShouldBeFalse();
        new RecipientKeys(InMemoryKeyRing.WithRandomKey("a")).Verify("sms", "body"u8, signature, Now, Age).ShouldBeFalse();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("mac=")]
    [InlineData("key=k1;at=1;mac=zz")]
    [InlineData("key=k1;at=;mac=0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("key=k1;at=-5;mac=0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("key=k1;at=99999999999999999999;mac=0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("key=k1;at=9223372036854775807;mac=0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("key=;at=1;mac=0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("key=k1;at=1;mac=0000000000000000000000000000000000000000000000000000000000000000;more")]
    [InlineData("at=1;key=k1;mac=0000000000000000000000000000000000000000000000000000000000000000")]
    public void What_is_no_signature_is_refused(string? signature) =>
        new RecipientKeys(InMemoryKeyRing.WithRandomKey()).Verify("sms", "body"u8, signature, Now, Age).ShouldBeFalse();
}
