using System.Text.Json.Nodes;
using Gdpr.Journals;
using NodaTime;

namespace Gdpr.Tool.Corpus;

/// <summary>Cases of identifiers: whether two ways of writing name the same person.</summary>
internal static class IdentifierCases
{
    /// <summary>Whether an identifier is one of its kind, and the same as another.</summary>
    public static JsonObject Normalise(CorpusCase one)
    {
        var keys = InMemoryKeyRing.WithRandomKey();
        try
        {
            var left = Of(one, "value").Hash("", keys);
            var isSame = one.OptionalText("other") is null ? (bool?)null : left.Digests[0] == Of(one, "other").Hash("", keys).Digests[0];
            return new JsonObject { ["isValid"] = true, ["isSame"] = isSame };
        }
        catch (IdentifierFormException)
        {
            return new JsonObject { ["isValid"] = false };
        }
    }

    private static SubjectIdentifier Of(CorpusCase one, string member)
    {
        var (value, today) = (one.Text(member), one.OptionalText("today") is null ? new LocalDate(2026, 11, 21) : TimeCases.DateOf(one, "today"));
        return one.Text("identifier") switch
        {
            "email" => SubjectIdentifier.OfEmail(value),
            "phone" => SubjectIdentifier.OfPhone(value, one.OptionalText("country") ?? "SE"),
            "se-identity" => SubjectIdentifier.OfSwedishIdentityNumber(value, today),
            "se-organisation" => SubjectIdentifier.OfSwedishOrganisationNumber(value, today),
            _ => throw one.Bad("'given.identifier' is none of email, phone, se-identity, se-organisation"),
        };
    }
}
