namespace Gdpr.Disposal;

/// <summary>What may be said of an exception where people read: messages of the library's own carry no personal data; of others only the type is known.</summary>
internal static class ExceptionText
{
    public static string Of(Exception exception) => exception is GdprException ? exception.Message : exception.GetType().FullName ?? exception.GetType().Name;
}
