using System.ComponentModel;
using Gdpr.Architecture.Tests.Fixtures.Upper;

namespace Gdpr.Architecture.Tests.Fixtures.Lower;

/// <summary>Each way in which a floor could use one above it.</summary>
internal static class Uses
{
    public static Thing? InASignature() => null;

    public static int InALambda(IEnumerable<string> texts) => texts.Sum(text => Thing.Count(text));

    public static object AsAGenericArgument() => new List<Dictionary<string, Thing[]>>();

    [TypeConverter(typeof(Thing))]
    public static void InAnAttribute()
    {
    }

    public static bool InAPattern(object value) => value is Thing;
}
