using System.Runtime.CompilerServices;
using Gdpr.Policies;

namespace Gdpr.Core.Tests.Policies;

public sealed class JsonIdentityTests
{
    private static readonly GdprPolicy Example = PolicyReader.Read(JsonSamples.Example).Policy!;

    [Fact]
    public void What_is_written_is_read_into_an_equal_policy()
    {
        var read = PolicyReader.Read(PolicyWriter.ToJson(Example)).Policy!;

        read.ShouldBe(Example);
        (read == Example).ShouldBeTrue();
        (read != Example).ShouldBeFalse();
        read.GetHashCode().ShouldBe(Example.GetHashCode());
        read.Activities.Keys.ShouldBe(Example.Activities.Keys);
        PolicyWriter.ToJson(read).ShouldBe(PolicyWriter.ToJson(Example));
    }

    [Theory]
    [InlineData("gignos")]
    [InlineData("grafokett")]
    [InlineData("insignis")]
    [InlineData("supplier-annex")]
    [InlineData("endlessit")]
    public void The_sample_policies_survive_writing_and_reading(string organisation)
    {
        var read = PolicyReader.Parse(File.ReadAllText(PathOfSample(organisation)));

        PolicyReader.Parse(PolicyWriter.ToJson(read)).ShouldBe(read);
    }

    [Fact]
    public void The_canonical_form_is_a_policy_too()
    {
        var canonical = PolicyWriter.ToCanonicalJson(Example);

        PolicyReader.Read(canonical).Policy.ShouldBe(Example);
        canonical.ShouldNotContain('\n');
    }

    [Fact]
    public void The_hash_is_of_the_canonical_form()
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(PolicyWriter.ToCanonicalJson(Example));

        Example.Hash.ShouldBe(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)));
    }

    [Fact]
    public void A_small_policy_has_this_canonical_form()
    {
        var policy = PolicyReader.Read("""
            { "$schema": "x", "version": "1", "policy": "p\u0001\"\\\u00e5\ud83d\ude00", "effective": "2026-01-01", "controllers": {}, "activities": {
                "b": { "data": [], "purpose": "x", "basis": { "contract": {}, "consent": null }, "capacity": "controller", "aggregateUses": false, "consequence": "none" },
                "a": { "purpose": "x", "recipients": ["r"], "data": [], "retention": { "keep": "P12M", "after": "t" } } },
              "systems": { "z": { "dataSets": {} }, "Y": { "dataSets": { "s": { "subject": "u", "fields": { "f": { "category": "c", "disposal": "erase" } } } } } } }
            """).Policy!;

        PolicyWriter.ToCanonicalJson(policy).ShouldBe("""
            {"policy":"p\u0001\"\\å😀","version":"1","effective":"2026-01-01","controllers":{},"systems":{
            "Y":{"dataSets":{"s":{"subject":["u"],"fields":{"f":{"category":"c"}}}}},"z":{"dataSets":{}}},"activities":{
            "b":{"purpose":"x","basis":{"contract":{}},"data":[],"consequence":{"en":"none"}},
            "a":{"purpose":"x","data":[],"retention":{"keep":"P1Y","after":{"trigger":"t"}},"recipients":[{"recipient":"r"}]}}}
            """.ReplaceLineEndings(""));
    }

    [Theory]
    [InlineData("\"policy\": \"example\", \"version\": \"3\",", "\"version\": \"3\", /* turned */ \"policy\": \"example\",")]
    [InlineData("\"name\": \"identity.name\", \"email\": \"contact.email\"", "\"email\": { \"category\": \"contact.email\" }, \"name\": \"identity.name\"")]
    [InlineData("\"subject\": \"customer\"", "\"subject\": [\"customer\"]")]
    [InlineData("\"P24M\"", "\"P2Y\"")]
    [InlineData("\"assumptions\": []", "\"recipients\": {}, \"title\": null, \"$schema\": \"gdpr-policy.schema.json\"")]
    [InlineData("\"country\": \"SE\"", "\"country\": \"SE\", \"holidays\": \"se-1182\"")]
    [InlineData("\"optional\": true", "\"optional\": true, \"disposal\": \"erase\", \"provenance\": \"provided\"")]
    [InlineData("\"title\": { \"en\": \"E-mail address\", \"sv\": \"E-postadress\" }", "\"title\": { \"sv\": \"E-postadress\", \"en\": \"E-mail address\" }")]
    public void Saying_the_same_in_other_words_gives_the_same_hash(string written, string other) =>
        Read(written, other).Hash.ShouldBe(Example.Hash);

    [Theory]
    [InlineData("\"P24M\"", "\"P23M\"")]
    [InlineData("\"optional\": true", "\"optional\": false")]
    [InlineData("\"contract\": {}", "\"vitalInterests\": {}")]
    [InlineData("\"version\": \"3\"", "\"version\": \"4\"")]
    [InlineData("\"assumptions\": []", "\"recipients\": { \"bank\": { \"name\": \"Bank\", \"kind\": \"controller\" } }")]
    public void Saying_something_else_gives_another_hash(string written, string other)
    {
        var changed = Read(written, other);

        changed.Hash.ShouldNotBe(Example.Hash);
        (changed == Example).ShouldBeFalse();
        changed.Equals(null).ShouldBeFalse();
    }

    [Fact]
    public void The_order_of_categories_is_no_part_of_the_policy()
    {
        const string Title = "{ \"title\": \"T\" }";
        WithSections($"\"categories\": {{ \"a\": {Title}, \"b\": {Title} }}", "").ShouldBe(WithSections($"\"categories\": {{ \"b\": {Title}, \"a\": {Title} }}", ""));
    }

    [Fact]
    public void The_order_of_activities_is_part_of_the_policy()
    {
        const string Activity = "{ \"purpose\": \"p\", \"data\": [], \"retention\": { \"while\": \"consent\" } }";
        WithSections("", $"\"a\": {Activity}, \"b\": {Activity}").ShouldNotBe(WithSections("", $"\"b\": {Activity}, \"a\": {Activity}"));
    }

    [Fact]
    public void The_order_of_triggers_is_part_of_the_policy() =>
        Read(
            "\"contract-ended\": { \"whenNull\": \"notHappened\" }, \"last-contact\": { \"whenNull\": \"unknown\" }",
            "\"last-contact\": { \"whenNull\": \"unknown\" }, \"contract-ended\": { \"whenNull\": \"notHappened\" }").ShouldNotBe(Example);

    private static string PathOfSample(string organisation, [CallerFilePath] string thisFile = "") =>
        Path.Combine(Path.GetDirectoryName(thisFile)!, $"../../../samples/policies/{organisation}.json");

    private static GdprPolicy WithSections(string section, string activities) => PolicyReader.Read(
        $$"""{ "policy": "p", "version": "1", "effective": "2026-01-01", "controllers": {}, "systems": {}, "activities": { {{activities}} }, {{section}} }""").Policy!;

    private static GdprPolicy Read(string written, string other)
    {
        JsonSamples.Example.ShouldContain(written);
        return PolicyReader.Read(JsonSamples.Example.Replace(written, other, StringComparison.Ordinal)).Policy!;
    }
}
