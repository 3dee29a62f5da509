using System.Text.Json.Serialization;

namespace Gdpr.Rights;

/// <summary>What follows of a request for a field group and a purpose.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RightsVerdict>))]
public enum RightsVerdict
{
    /// <summary>Granted.</summary>
    Granted,

    /// <summary>Refused, with the reason.</summary>
    Refused,

    /// <summary>Refused today; granted by itself, without being asked again, when what stands in the way has ended.</summary>
    Deferred,

    /// <summary>A human must weigh or find out: never granted or refused by itself.</summary>
    NeedsHuman,

    /// <summary>Handed to the controller whose data they are.</summary>
    Forwarded,

    /// <summary>The right does not reach it: there is nothing to grant or to refuse.</summary>
    NotApplicable,
}

/// <summary>A verdict, why, and on which article.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Reason">The stable code of <see cref="RightsReasons"/>.</param>
/// <param name="Article">The article, such as <c>Art. 17(3)(b)</c>.</param>
public sealed record RightsFinding(RightsVerdict Verdict, string Reason, string Article);
